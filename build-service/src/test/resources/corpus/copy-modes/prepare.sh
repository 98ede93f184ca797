chmod 755 d/run.sh
chmod 600 d/secret
chmod 4755 d/suid
chmod 700 d
chown 1000:1000 d/secret
