"""python -m greeter"""

from greeter.app import main

main()
