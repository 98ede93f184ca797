export const greeting = (what) => `Hello from the ${what}`;
