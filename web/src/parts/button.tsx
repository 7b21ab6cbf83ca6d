import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components';
import css from './button.module.css';
import { classes } from './classes.ts';
import popover from './popover.module.css';

type Look = 'primary' | 'plain' | 'quiet' | 'danger';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children'> {
  look?: Look;
  large?: boolean;
  className?: string;
  children: ReactNode;
}

export function Button({ look = 'plain', large = false, className, ...props }: ButtonProps) {
  return <AriaButton {...props} className={classes(css.button, css[look], large && css.large, className)} />;
}

export interface IconButtonProps extends Omit<ButtonProps, 'aria-label'> {
  /** What it does, for the tooltip and for who cannot see the icon. */
  label: string;
  /** Key that does the same, shown in the tooltip. */
  shortcut?: string;
}

/** A button of one icon, with a tooltip. */
export function IconButton({ label, shortcut, look = 'quiet', className, ...props }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500}>
      <AriaButton
        {...props}
        aria-label={label}
        className={classes(css.button, css.icon, css[look], className)}
      />
      <Tooltip className={classes(popover.tooltip)} offset={6}>
        {label}
        {shortcut !== undefined && <kbd>{shortcut}</kbd>}
      </Tooltip>
    </TooltipTrigger>
  );
}

/** Looks of a button, for links. */
export const buttonClass = (look: Look = 'plain'): string => classes(css.button, css[look]);
