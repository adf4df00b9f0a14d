if(measurement IN ('share', 'change'), 100, 1)
