import { Link } from '@tanstack/react-router';
import css from './library.module.css';

export function LibraryTabs() {
  return (
    <nav className={css.tabs} aria-label="Library">
      <Link to="/library/loras" className={css.tab}>
        LoRAs
      </Link>
      <Link to="/library/models" className={css.tab}>
        Models
      </Link>
    </nav>
  );
}
