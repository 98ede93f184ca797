'use strict';

const express = require('express');
const tasks = require('./tasks');

const app = express();
app.use(express.json());

app.get('/', (request, response) => {
  response.json({ service: 'tasks', node: process.version, environment: process.env.NODE_ENV });
});
app.get('/tasks', (request, response) => {
  response.json(tasks.all());
});
app.post('/tasks', (request, response) => {
  response.status(201).json(tasks.add(request.body.title));
});

const server = app.listen(process.env.PORT || 3000, () => {
  console.log(`listening on port ${server.address().port}`);
});

// The first process of a container ignores signals that it does not handle.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => server.close(() => process.exit(0)));
}
