"""Speed, shown as ratios against a floor and a peer in the same run. `./portal bench [NAME...] --json FILE`."""
