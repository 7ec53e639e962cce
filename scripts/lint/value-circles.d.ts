import type { Rule } from 'eslint';

export const valueCircles: Rule.RuleModule;
