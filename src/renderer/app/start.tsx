import { createRoot } from 'react-dom/client';
import './theme.css';
import { App } from './app';
import { connect } from './connection';
import { createLab } from './lab-context';

/** Connects to the lab and draws the window. */
export function start(): void {
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no root element.');
  createRoot(root).render(<App lab={createLab(connect())} />);
}
