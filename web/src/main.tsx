// The page: unpack what it carries, begin to follow the watch, and draw.

import './look/page.css';
import { render } from 'preact';
import { App } from './app';
import { listenToKeys } from './keys';
import { sheets } from './map/earth';
import { begin } from './player';
import { unpack } from './scene/source';

void unpack().then(() => {
  const page = document.getElementById('page')!;
  page.replaceChildren();
  render(<App />, page);
  listenToKeys();
  begin();
  // The coarse Earth is made ready while the first scene is on its way.
  void sheets(110);
});
