using EmptyNumber.Gateway.Limits;
using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Gateway.Routing;

/// <summary>All that the gateway routes. What is not here, as the services' <c>/internal</c>, cannot be reached.</summary>
internal sealed class RouteTable(IOptions<BodyLimits> bodies, IOptions<TimeLimits> times)
{
    private const string Accounts = "accounts";
    private const string Detection = "detection";
    private const string Coordinator = "coordinator";
    private const string Classifier = "classifier";
    private const string PhonePool = "phonepool";
    private const string Listings = "listings";

    /// <summary>The services, in the order in which the documents list them.</summary>
    public static IReadOnlyList<string> Services { get; } = [Detection, Coordinator, Classifier, PhonePool, Listings, Accounts];

    /// <summary>The routes.</summary>
    public IReadOnlyList<GatewayRoute> Routes { get; } = [.. Create(bodies.Value, times.Value)];

    private static IEnumerable<GatewayRoute> Create(BodyLimits bodies, TimeLimits times)
    {
        foreach (var path in (string[])["/api/login", "/api/logout", "/api/mobile_code/{**rest}", "/api/tokens/{**rest}", "/api/users/{**rest}", "/api/audit"])
            yield return new(path, Accounts, ErrorForm.Detail, bodies.DefaultBytes, times.Default);

        foreach (var path in (string[])["/api/districts", "/api/agents", "/api/estates", "/api/housetypes", "/api/houseinfos", "/api/tags", "/api/photos"])
            yield return new(path + "/{**rest}", Listings, ErrorForm.Detail, bodies.DefaultBytes, times.Default);
        yield return new("/api/hotcities", Listings, ErrorForm.Detail, bodies.DefaultBytes, times.Default);
        yield return new("/api/houseinfos/{id}/photos/{**rest}", Listings, ErrorForm.Detail, bodies.PhotoBytes, times.Default);

        yield return new("/detect/{**rest}", Detection, ErrorForm.Error, bodies.NumbersBytes, times.Submission);
        yield return new("/detect/file", Detection, ErrorForm.Error, bodies.NumberFileBytes, times.Submission);
        yield return new("/detect/{id}/events", Detection, ErrorForm.Error, bodies.DefaultBytes, TimeLimit: null);
        yield return new("/phone/{**rest}", Detection, ErrorForm.Error, bodies.DefaultBytes, times.Default);
        yield return new("/phone/{**rest}", Detection, ErrorForm.Error, bodies.DefaultBytes, TimeLimit: null) { Method = "GET" };
        foreach (var path in (string[])["/record/{**rest}", "/states", "/usage", "/webhooks/{**rest}"])
            yield return new(path, Detection, ErrorForm.Error, bodies.DefaultBytes, times.Default);

        foreach (var path in (string[])["/notify", "/accounts", "/dialplan", "/heartbeat", "/status"])
            yield return new(path + "/{**rest}", Coordinator, ErrorForm.Envelope, bodies.DefaultBytes, times.Default);
        yield return new("/dial_wav/{**rest}", Coordinator, ErrorForm.Envelope, bodies.RecordingBytes, times.Default);
        foreach (var path in (string[])["/fleet", "/calls/{**rest}"])
            yield return new(path, Coordinator, ErrorForm.Envelope, bodies.DefaultBytes, times.Default);
        foreach (var path in (string[])["/extensions/{**rest}", "/do-not-call/{**rest}"])
            yield return new(path, Coordinator, ErrorForm.Envelope, bodies.NumbersBytes, times.Default);

        yield return new("/audio/{**rest}", Classifier, ErrorForm.Envelope, bodies.RecordingBytes, times.Default);
        yield return new("/audio/announcements/import", Classifier, ErrorForm.Envelope, bodies.PackBytes, TimeLimit: null);
        yield return new("/audio/announcements/export", Classifier, ErrorForm.Envelope, bodies.DefaultBytes, TimeLimit: null);

        foreach (var path in (string[])["/phones", "/mobiles/{**rest}", "/vcodes", "/setsize"])
            yield return new(path, PhonePool, ErrorForm.Described, bodies.PhonesBytes, times.Default);
        yield return new("/vcodes/{**rest}", PhonePool, ErrorForm.Described, bodies.DefaultBytes, times.CodeWait);

        foreach (var service in Services)
            yield return new($"/docs/{service}.json", service, ErrorForm.Error, bodies.DefaultBytes, times.Default) { PathAtService = "/openapi/v1.json" };
    }
}
