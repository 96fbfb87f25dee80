// What is known of somebody between two views. It is in memory alone, and gone when the
// page is: nothing of it is written to the device.

export const journey = {};

// begin begins a journey, with what is known already.
export const begin = (known = {}) => {
  for (const name of Object.keys(journey)) { delete journey[name]; }
  Object.assign(journey, known);
};
