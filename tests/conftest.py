from federation.tests.cast import *
