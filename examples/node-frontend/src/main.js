import { h, render } from 'preact';
import { greeting } from './greeting.js';

render(h('h1', null, greeting('bundle')), document.body);
