arrayFirst(one -> one.1 < if(whole.value IS NULL, past.known[1].1, toDate($__toTime, 'Asia/Ho_Chi_Minh')), past.known)
