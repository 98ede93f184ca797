<?php

declare(strict_types=1);

final class Router
{
    public static function answer(string $path): array
    {
        if (preg_match('#^/square/(\d{1,6})$#', $path, $match)) {
            return ['square' => (int) $match[1] ** 2];
        }
        http_response_code($path === '/' ? 200 : 404);
        return ['service' => 'squares', 'php' => PHP_MAJOR_VERSION];
    }
}
