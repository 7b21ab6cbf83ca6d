/** The pages of the rail: where they are, and the letter after `g` that goes there. */
import { Columns2, GraduationCap, Images, Layers, ListOrdered, Settings, Sparkles } from 'lucide-react';

export const pages = [
  { to: '/', label: 'Make', key: 'm', icon: Sparkles },
  { to: '/compare', label: 'Compare', key: 'c', icon: Columns2 },
  { to: '/gallery', label: 'Gallery', key: 'a', icon: Images },
  { to: '/queue', label: 'Queue', key: 'q', icon: ListOrdered },
  { to: '/library', label: 'Library', key: 'l', icon: Layers },
  { to: '/training', label: 'Training', key: 't', icon: GraduationCap },
  { to: '/settings', label: 'Settings', key: 's', icon: Settings },
] as const;
