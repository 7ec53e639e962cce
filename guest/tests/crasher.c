// Writes where nothing is.
int main(void) {
    *(volatile int*)0x123450 = 1;
    return 0;
}
