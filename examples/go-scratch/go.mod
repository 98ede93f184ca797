module example/clock

go 1.24
