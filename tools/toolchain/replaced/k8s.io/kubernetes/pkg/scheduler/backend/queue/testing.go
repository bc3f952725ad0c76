package queue

// Helpers of tests stand here. They import the fake clientset, 57 packages that no server needs.
