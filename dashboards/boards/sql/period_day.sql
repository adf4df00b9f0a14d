toDate($__toTime, 'Asia/Ho_Chi_Minh')
