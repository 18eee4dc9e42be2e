export const file: string;
export function screenshot(): string;
