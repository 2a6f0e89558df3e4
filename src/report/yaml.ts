import { stringify } from 'yaml'

/** YAML without line folding, so that `grep` finds whole messages. */
export const yamlText = (value: object): string => stringify(value, { lineWidth: 0 })
