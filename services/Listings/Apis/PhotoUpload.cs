using EmptyNumber.Listings.Images;
using EmptyNumber.ServiceDefaults.Http;
using EmptyNumber.ServiceDefaults.OpenApi;

namespace EmptyNumber.Listings.Apis;

/// <summary>An image as it is uploaded: a form with the file <c>photo</c>. What it is called and said to be does not matter.</summary>
/// <param name="Content">The file.</param>
/// <param name="Image">What it is.</param>
internal sealed record PhotoUpload(byte[] Content, Image Image)
{
    private const string Field = "photo";
    private const int MaxBytes = 5 << 20;

    /// <summary>How the API's document describes it.</summary>
    public static DocumentedBody Documented { get; } = new() { FileField = Field };

    /// <summary>Reads an upload.</summary>
    /// <exception cref="BadHttpRequestException">It is no form (415), too large (413), or the file is missing, no image, or of too many pixels (400).</exception>
    public static async Task<PhotoUpload> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) != true)
            throw new BadHttpRequestException("The body must be a multipart form.", StatusCodes.Status415UnsupportedMediaType);
        var form = await request.ReadWellFormedAsync(cancellationToken);
        if (form.Files.GetFiles(Field) is not [{ } file])
            throw Bad("A file with this name is required.");
        if (file.Length > MaxBytes)
            throw new BadHttpRequestException($"{Field}: At most {MaxBytes} bytes.", StatusCodes.Status413PayloadTooLarge);

        var content = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(content, cancellationToken);
        if (!Image.TryRead(content, out var image))
            throw Bad("Not an image of a kind that is taken: JPEG, PNG or WebP.");
        if (!image.HasGoodSize)
            throw Bad($"{image.Width} × {image.Height} pixels; at most {Image.MaxSide} a side and {Image.MaxPixels} in all.");
        return new PhotoUpload(content, image);
    }

    private static BadHttpRequestException Bad(string problem) => new($"{Field}: {problem}", StatusCodes.Status400BadRequest);
}
