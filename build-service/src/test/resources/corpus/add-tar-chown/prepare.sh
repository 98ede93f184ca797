echo new > a
tar --owner=3 --group=4 --numeric-owner --mtime=@1100000000 -cf a.tar a
rm a
