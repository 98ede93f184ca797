'use strict';

const tasks = [{ id: 1, title: 'build' }];

exports.all = () => tasks;

exports.add = (title) => {
  const task = { id: tasks.length + 1, title: String(title) };
  tasks.push(task);
  return task;
};
