toDate({begin_of_period}, 'Asia/Ho_Chi_Minh')
