import type { Colour } from './ansi.ts'

/** The colours of a window: its ground, its text, faint text, and those that a program asks for by name. */
export type Palette = Readonly<Record<'ground' | 'text' | 'faint' | Colour, string>>

/** Each is read easily on its ground (WCAG 2.2, 1.4.3), which a test holds. */
export const palettes: Readonly<Record<'light' | 'dark', Palette>> = {
  light: {
    ground: '#ffffff',
    text: '#1f2328',
    faint: '#59636e',
    black: '#1f2328',
    red: '#cf222e',
    green: '#1a7f37',
    yellow: '#845306',
    blue: '#0969da',
    magenta: '#8250df',
    cyan: '#1b7c83',
    white: '#59636e',
  },
  dark: {
    ground: '#0d1117',
    text: '#e6edf3',
    faint: '#9198a1',
    black: '#9198a1',
    red: '#ff7b72',
    green: '#3fb950',
    yellow: '#d29922',
    blue: '#58a6ff',
    magenta: '#bc8cff',
    cyan: '#39c5cf',
    white: '#e6edf3',
  },
}
