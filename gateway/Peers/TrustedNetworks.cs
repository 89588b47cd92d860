namespace EmptyNumber.Gateway.Peers;

/// <summary>
/// The networks whose hosts are dialers and handsets of the operator. Setting <c>TrustedNetworks</c>: loopback where it is not set, nobody where the
/// text is empty.
/// </summary>
internal sealed class TrustedNetworks(IConfiguration configuration) : Networks(configuration, "TrustedNetworks", otherwise: "127.0.0.0/8,::1/128");
