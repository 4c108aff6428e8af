"""One file a measure. Each reads a panel of tables alone and gives an estimate with its interval and its n."""
