mkdir -p d/empty/er
chmod 711 d/empty
