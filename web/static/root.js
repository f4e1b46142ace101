// What the addresses of this collection begin with: nothing, or /c/NAME where a server has several.

export const ROOT = new URL("..", import.meta.url).pathname.slice(0, -1);
