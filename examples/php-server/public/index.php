<?php

declare(strict_types=1);

require __DIR__ . '/../src/Router.php';

header('Content-Type: application/json');
echo json_encode(Router::answer(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH))), "\n";
