#!/bin/sh
# Stands in for the process that decodes pictures, and never answers. Through the pipe beside the link that it was started by it says
# that it has begun; that pipe is closed when it ends.
exec 3>"$(dirname "$0")/pipe"
echo begun >&3
exec sleep 1000000
