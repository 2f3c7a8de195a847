"""窗口代办: what a person without a phone asks for at the window, taken down by one clerk and carried out by another."""
