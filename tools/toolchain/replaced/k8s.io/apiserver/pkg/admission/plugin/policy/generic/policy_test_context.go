package generic

// A helper of tests stands here. It imports the fake clientset, 57 packages that no server needs.
