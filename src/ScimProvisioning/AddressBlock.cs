using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ScimProvisioning;

/// <summary>An IP address or a block of addresses, in one spelling.</summary>
static class AddressBlock
{
    /// <summary>CIDR with no bit set behind the prefix; <c>null</c> for what is neither an address nor CIDR.</summary>
    public static string? Normalise(string? text)
    {
        var (written, prefix) = text?.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash
            ? (text[..slash], text[(slash + 1)..])
            : (text, null);
        if (!IPAddress.TryParse(written, out var address) || !IsPlain(written, address))
            return null;

        var bits = address.GetAddressBytes();
        var length = bits.Length * 8;
        if (
            prefix is not null
            && (!int.TryParse(prefix, NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits.Length * 8)
        )
            return null;
        for (var i = 0; i < bits.Length; i++)
            bits[i] &= (byte)(0xFF00 >> Math.Clamp(length - i * 8, 0, 8));

        // An IPv4 client is shown with its IPv4 address, also on an IPv6 socket.
        var block = new IPAddress(bits);
        return block.IsIPv4MappedToIPv6 && length >= 96 ? $"{block.MapToIPv4()}/{length - 96}" : $"{block}/{length}";
    }

    /// <summary>
    /// Refuses <c>10.1</c> and <c>010.0.0.1</c>, which .NET reads as other addresses than they seem to be, and zones and ports.
    /// </summary>
    static bool IsPlain(string written, IPAddress address) =>
        address.AddressFamily is AddressFamily.InterNetwork ? written == address.ToString() : !written.AsSpan().ContainsAny('%', '[');
}
