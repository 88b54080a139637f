package io.millrace.config;

/** Addresses of the Internet, all or some of a network. */
record NetworkType() implements ValueType<Network> {
    @Override
    public String kind() {
        return "network";
    }

    @Override
    public String allowed() {
        return "an IP address, or one with the length of a prefix, such as 10.0.0.0/8";
    }

    @Override
    public Network parse(String text) throws InvalidValueException {
        try {
            return Network.parse(text);
        } catch (NumberFormatException e) {
            throw new InvalidValueException("has a prefix that is no number");
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public String print(Network value) {
        return value.toString();
    }
}
