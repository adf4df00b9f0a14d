if(measurement = 'share', 100, 1)
