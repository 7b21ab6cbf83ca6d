/** Top-level folders: a quoted text that starts with one of them is taken for a path of the repository. */
const folders = [
  'src',
  'engine',
  'scripts',
  'docs',
  'tests',
  'protocol',
  'bin',
  'bench',
  'checkpoints',
  'deploy',
  '.ci',
];

/**
 * Paths of the repository that a page names: the targets of its relative links, relative to the page, and the paths that it
 * quotes, relative to the root or to the page. Code blocks are commands, and patterns such as `models/<id>.ts` are not paths.
 */
export function findPaths(markdown: string): { links: string[]; quoted: string[] } {
  const text = markdown.replaceAll(/^```[\s\S]*?^```/gm, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/(?:src|href)="([^"]+)"/g)];
  const quoted = [...text.matchAll(/`([^`\s]+)`/g)];
  return {
    links: links.map(([, target = '']) => target.replace(/#.*$/, '')).filter(isRelative),
    quoted: quoted.map(([, path = '']) => path).filter(isPath),
  };
}

const isRelative = (target: string): boolean => target !== '' && !/^[a-z]+:/i.test(target);

function isPath(text: string): boolean {
  const [first = '', ...rest] = text.split('/');
  return folders.includes(first) && rest.length > 0 && !/[<>*{}…]/.test(text);
}
