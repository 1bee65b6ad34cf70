module qenex

go 1.24
