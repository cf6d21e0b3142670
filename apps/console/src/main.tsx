import { render } from 'preact';

import { App } from './app.js';
import './style/tokens.css';
import './style/page.css';
import './style/parts.css';
import './style/board.css';
import './style/ingestion.css';
import './style/search.css';

const place = document.getElementById('console');
if (place !== null) render(<App />, place);
