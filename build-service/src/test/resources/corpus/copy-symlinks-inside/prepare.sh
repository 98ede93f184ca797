ln -s file d/link
ln -s /nowhere d/dangling
ln -s ../../../etc/passwd d/out
ln -s d dirlink
