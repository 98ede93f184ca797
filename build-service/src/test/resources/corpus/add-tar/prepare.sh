mkdir -p t/d
echo a > t/d/a
chmod 640 t/d/a
chmod 750 t/d
ln -s a t/d/l
ln t/d/a t/d/h
options='--numeric-owner --owner=1000 --group=50 --mtime=@1100000000 --sort=name'
tar $options -C t -cf plain.tar d
tar $options -C t -czf gz.tar.gz d
tar $options -C t -cJf xz.tar.xz d
tar $options -C t -cjf bz2.tar.bz2 d
cp gz.tar.gz by-content
rm -r t
