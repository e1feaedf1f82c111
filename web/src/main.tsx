// The page: unpack what it carries, begin to follow the watch, and draw.

import './look/page.css';
import { render } from 'preact';
import { App } from './app';
import { listenToKeys } from './keys';
import { begin } from './player';
import { unpack } from './scene/source';

void unpack().then(() => {
  const page = document.getElementById('page')!;
  page.replaceChildren();
  render(<App />, page);
  listenToKeys();
  begin();
});
