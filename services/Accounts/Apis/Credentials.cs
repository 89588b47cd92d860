using EmptyNumber.ServiceDefaults.Http;
using System.Text.Json;

namespace EmptyNumber.Accounts.Apis;

/// <summary>What a login sends, as JSON or as a form.</summary>
/// <param name="Username">The user's name.</param>
/// <param name="Password">The user's password.</param>
internal sealed record Credentials(string Username, string Password)
{
    /// <summary>Reads them; what is missing or not text is empty, and so belongs to nobody.</summary>
    /// <exception cref="BadHttpRequestException">The body is of another type (415) or cannot be read (400).</exception>
    public static async Task<Credentials> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.HasFormContentType)
        {
            var form = await request.ReadWellFormedAsync(cancellationToken);
            return new Credentials(form["username"].ToString(), form["password"].ToString());
        }

        if (!request.HasJsonContentType())
            throw new BadHttpRequestException("The body must be JSON or a form.", StatusCodes.Status415UnsupportedMediaType);
        try
        {
            using var json = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? new Credentials(Text(json.RootElement, "username"), Text(json.RootElement, "password"))
                : throw new BadHttpRequestException("The body must be a JSON object with username and password.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new BadHttpRequestException("The body is not JSON.", e);
        }
    }

    private static string Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
