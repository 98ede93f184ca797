ln -s /etc/gantry-is-not-there out
