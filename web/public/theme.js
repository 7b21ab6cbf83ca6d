// Before the first paint, so that a chosen theme does not flash: a file, because the page's policy allows no inline script.
try {
  const { theme } = JSON.parse(localStorage.getItem('darkroom.appearance') ?? '{}');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is turned off, or holds something else: the system's theme.
}
