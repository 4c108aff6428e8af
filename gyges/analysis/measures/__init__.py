"""One file a measure. Each reads tables alone and gives an estimate with its interval and its n."""
