mkdir d
echo new > d/a
tar --owner=3 --group=4 --numeric-owner --mtime=@1100000000 -cf a.tar d
rm -r d
