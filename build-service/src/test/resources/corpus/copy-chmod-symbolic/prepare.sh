chmod 777 d/x
