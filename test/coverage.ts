import { bin, show } from './runner.ts'

/** The unit tests once more, with what they reach of src: `npm run coverage`. */
const c8 = [
  ...bin('c8', 'bin/c8.js'),
  '--all',
  '--src',
  'src',
  '--include',
  'src/**',
  '--reporter',
  'text-summary',
  '--reporter',
  'lcovonly',
]
const { code } = await show([...c8, process.execPath, '--disable-warning=ExperimentalWarning', 'test/unit.ts'])
process.exitCode = code
